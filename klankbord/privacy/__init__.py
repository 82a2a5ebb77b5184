"""What is held of people: erased on request and told on request, and what policies let be joined and let leave."""
