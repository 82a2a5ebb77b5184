"""The page, the API and the assistants, wired to the stores of this data folder."""
