"""What happened beside what was said: business events, told by other systems or a file, over every chart."""
