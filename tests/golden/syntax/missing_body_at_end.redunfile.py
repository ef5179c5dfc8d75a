for x in xs:
