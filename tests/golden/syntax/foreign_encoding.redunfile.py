#!/usr/bin/env redun
# -*- coding: latin-1 -*-
x = 1
