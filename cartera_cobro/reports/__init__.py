from . import carta
from . import cartera_contactabilidad
from . import control_contacto
from . import control_contacto_xlsx
