/** How `sec-ims style render` is called. */

export const renderHelp = `  sec-ims style render <style.sld|.qml|.json> --data <layer.geojson|.gpkg> [--layer L] [--size 800x600] [--bbox w,s,e,n]
                       [--crs EPSG:n] [--scale-factor 2] [--background '#ffffff'] [-o out.png|.jpg|.webp]`
