from a import *
from __future__ import annotations
from a import b,
import a.b as c
from a import (b
