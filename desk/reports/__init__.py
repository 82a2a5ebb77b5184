"""What leaves the page as a whole: views for people who do not open it themselves, without anybody's name."""
