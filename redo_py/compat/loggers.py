"""The logger that modules of redun's users write to."""

from __future__ import annotations

import logging

logger = logging.getLogger("redun")
log_levels = {"DEBUG": logging.DEBUG, "INFO": logging.INFO, "WARN": logging.WARNING, "ERROR": logging.ERROR}
