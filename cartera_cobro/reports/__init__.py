from . import cartera_contactabilidad
