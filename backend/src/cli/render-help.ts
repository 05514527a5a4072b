/** How `sec-ims style render` and `sec-ims fidelity` are called. */

export const renderHelp = `  sec-ims style render <style.sld|.qml|.json> --data <layer.geojson|.gpkg> [--layer L] [--size 800x600] [--bbox w,s,e,n]
                       [--crs EPSG:n] [--scale-factor 2] [--background '#ffffff'] [--symbols FOLDER]
                       [-o out.png|.jpg|.webp]
  sec-ims fidelity <style.qml> --data <layer.geojson|.gpkg> [--layer L] [--sld style.sld] [--size 800x600] [--bbox w,s,e,n]
                       [--crs EPSG:n] [-o FOLDER]   drawn in QGIS and here: pictures, difference, score; 1 when different`
