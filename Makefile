# Each target sets up what it needs. Start with `make demo` or `make test`.
.PHONY: setup demo test check bench clean
