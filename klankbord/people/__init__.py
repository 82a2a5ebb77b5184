"""What `klankbord people` consists of beside its own module, and how commands name staff."""
