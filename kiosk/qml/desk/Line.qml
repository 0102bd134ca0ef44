// A line of text at the desk, at the size of paperwork.
import ".."
import "../controls"

Words {
    property bool small: false
    font.pixelSize: small ? 15 : 18
}
