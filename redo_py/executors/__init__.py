"""Floor 3: ways to run a JobSpec. An executor knows no store and no Job: it answers into an Inbox."""
