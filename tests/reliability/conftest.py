"""The fixtures of the local Jira, borrowed."""

from tests.integrations.conftest import connect, private_urls, sandbox_dir, start_jira

__all__ = ["connect", "private_urls", "sandbox_dir", "start_jira"]
