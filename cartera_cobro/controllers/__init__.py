from . import estado
from . import acuerdo
from . import verificar
