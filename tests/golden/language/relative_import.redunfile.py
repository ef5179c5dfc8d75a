from .lib.flags import CFLAGS
