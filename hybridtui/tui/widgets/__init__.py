"""The widgets: thin shells around the pure drawing functions of `hybridtui.render`."""
