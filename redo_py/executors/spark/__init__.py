"""Tasks in Spark. Nothing here imports pyspark: that is done by the driver, a process of its own."""
