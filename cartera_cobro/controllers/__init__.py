from . import estado
