// A calm block of words, at the size of paperwork.
import "../controls"

Note {
    size: 18
    pad: 16
    radius: 14
}
