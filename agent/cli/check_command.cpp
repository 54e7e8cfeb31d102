#include "cli/check_command.h"

#include <array>
#include <istream>
#include <ostream>

#include "base/text.h"
#include "cli/exit_code.h"
#include "cli/meaning_text.h"

namespace ordertrace {
namespace {

// Each argument is a line; but `check ord1 end 10042 …` without quotes is one line whose words the shell took apart.
std::string joined(const std::vector<std::string>& lines) {
    const char separator = equals_ignore_case(lines[0], "ord1") ? ' ' : '\n';
    std::string text;
    for (const auto& line : lines) {
        if (!text.empty()) text += separator;
        text += line;
    }
    return text;
}

std::string read_all(std::istream& input) {
    std::string text;
    std::array<char, 65'536> chunk{};
    while (text.size() <= max_input && (input.read(chunk.data(), chunk.size()) || input.gcount() > 0))
        text.append(chunk.data(), static_cast<std::size_t>(input.gcount()));
    return text;
}

}  // namespace

int check_command(const CheckOptions& options, TimePoint now, std::istream& input, std::ostream& output,
                  std::ostream& errors) {
    const auto text = options.lines.empty() ? read_all(input) : joined(options.lines);
    if (text.size() > max_input) {
        errors << "ordertrace check: the input is over 16 MiB; check it in parts\n";
        return exit_code::usage;
    }
    const auto meanings = meaning_of(text, options.agent, now);
    if (meanings.empty()) {
        errors << "ordertrace check: no line to check; give one as an argument or on the input\n";
        return exit_code::usage;
    }
    bool rejected = false;
    for (std::size_t i = 0; i < meanings.size(); ++i) {
        if (i > 0 && !options.json) output << '\n';
        output << (options.json ? meaning_json(meanings[i]) : meaning_text(meanings[i]));
        rejected = rejected || meanings[i].reject.has_value();
    }
    return rejected ? exit_code::negative : exit_code::fine;
}

}  // namespace ordertrace
