"""The executor `aws_batch`: jobs are containers of AWS Batch."""
