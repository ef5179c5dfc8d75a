"""Jobs in a SLURM cluster that shares folders with this machine."""
