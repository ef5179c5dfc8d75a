from redo_py.build import rules, need
