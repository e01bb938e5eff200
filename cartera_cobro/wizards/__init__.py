from . import base_partner_merge
from . import cartera_etapa_mover
from . import cartera_traspaso
from . import cartera_cuadre
from . import cartera_gestion_anular
from . import cartera_autorizar
from . import cartera_ajustes
from . import cartera_control_contacto
