"""What `klankbord crisis` consists of beside its own module."""
