"""The words every room shares: messages, ports, errors, names, time. Standard library and msgspec only."""
