# targets: A.bam
def group_of(sample):
    return f"@RG\\tID:{sample}"


@rule("{sample}.bam")
def align(out, sample):
    sh(f"bwa mem -R {group_of(sample)} > {out}")
