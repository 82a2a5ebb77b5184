import pytest

pytest.register_assert_rewrite("tests.stream.log_conformance", "tests.stream.runner_conformance")
