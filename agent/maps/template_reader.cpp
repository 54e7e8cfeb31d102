#include "maps/template_reader.h"

namespace ordertrace {
namespace {

constexpr std::size_t most_fields = 32;

}  // namespace

Judged<Template> read_template(const std::string& text, const FieldJudge& judge) {
    Template out;
    std::string plain;
    std::size_t fields = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        const bool doubled = i + 1 < text.size() && text[i + 1] == c;
        if ((c != '{' && c != '}') || doubled) {
            plain += c;
            if (c == '{' || c == '}') ++i;
            continue;
        }
        const auto end = c == '{' ? text.find('}', i) : std::string::npos;
        if (end == std::string::npos)
            return complain("a brace without its partner", "write {field}, or {{ and }} for braces");
        auto field = judge(text.substr(i + 1, end - i - 1));
        if (!field) return tl::unexpected(field.error());
        if (++fields > most_fields) return complain("more than 32 fields");
        out.parts.push_back({std::move(plain), std::move(*field)});
        plain.clear();
        i = end;
    }
    if (!plain.empty()) out.parts.push_back({std::move(plain), std::nullopt});
    return out;
}

}  // namespace ordertrace
