"""The program: command line, configuration, registry and wiring of all the rooms."""
