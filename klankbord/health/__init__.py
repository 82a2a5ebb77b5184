"""What a running klankbord shows of itself to those who watch it."""
