#include "intake/charset.h"

#include <memory>

#include "base/text.h"
#include "support/fuzz.h"

using namespace ordertrace;

// The first line names the charset, the rest is text in it: what comes out is UTF-8, and UTF-8 comes out as it was.
FUZZ_TARGET(charset) {
    if (input.size() > 65'507) return;
    static TextArena arena;
    arena.clear();
    const auto name = input.substr(0, input.find('\n'));
    const auto text = input.substr(std::min(input.size(), name.size() + 1));
    Charsets charsets;
    if (const auto* charset = charsets.find(name)) {
        ArenaText out{arena};
        charset->append(text, out);
        require(arena.overflowed() || is_valid_utf8(out.view()));
    }
    arena.clear();
    ArenaText repaired{arena};
    append_valid_utf8(text, repaired);
    require(is_valid_utf8(repaired.view()));
    require(!is_valid_utf8(text) || repaired.view() == text);
    arena.clear();
    require(is_valid_utf8(utf16le_to_utf8(text, arena)));
}
