from . import estado
from . import acuerdo
from . import verificar
from . import reclamo
from . import pedido
from . import documentos
from . import comprobante
from . import datos
