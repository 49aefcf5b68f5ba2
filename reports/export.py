def export_package(folder):
    raise SystemExit
