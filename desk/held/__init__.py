"""What is held of somebody, told to them on request (GDPR, article 15): as data, and on paper."""
