// A regular expression (RE2: its time is linear in the text) with named groups. Plain data, cheap to copy; any thread.
// A text that is no UTF-8 is matched byte by byte, so that lines in an older charset are found too.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "settings/settings_problem.h"

namespace re2 {
class RE2;
}

namespace ordertrace {

class Pattern {
public:
    static Judged<Pattern> read(const std::string& text);

    // Of the named groups, in their order.
    std::vector<std::string> names() const;

    // True if it is found anywhere in the text. `captures` gets what each named group holds, in their order.
    bool is_in(std::string_view text, std::vector<std::string>& captures) const { return match(text, false, captures); }
    // True if the text as a whole is it.
    bool is_all_of(std::string_view text, std::vector<std::string>& captures) const {
        return match(text, true, captures);
    }

private:
    bool match(std::string_view text, bool whole, std::vector<std::string>& captures) const;

    std::shared_ptr<const re2::RE2> characters_;
    std::shared_ptr<const re2::RE2> bytes_;
    std::vector<std::pair<int, std::string>> groups_;  // by number
};

}  // namespace ordertrace
