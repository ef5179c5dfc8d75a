"""What all executors elsewhere share, whatever the backend: a job goes out as a parcel, its result comes back."""
