from . import estado
from . import acuerdo
