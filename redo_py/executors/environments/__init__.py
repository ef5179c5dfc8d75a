"""Environments of jobs: made once for each content, kept below the state folder, and what runs in them."""
