from . import carta
from . import cartera_contactabilidad
from . import cartera_documento_faltante
from . import cartera_documento_faltante_xlsx
from . import control_contacto
from . import control_contacto_xlsx
