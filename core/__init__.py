"""The words every room shares: messages, ports, errors, names, time. Standard library, msgspec, and pydantic for what people write."""
