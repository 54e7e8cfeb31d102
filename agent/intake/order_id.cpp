#include "intake/order_id.h"

#include <re2/re2.h>

#include <array>

namespace ordertrace {
namespace {

// Code points first..last are capitals. `distance` to the small letter; 1 means that capitals and small letters
// alternate, beginning with a capital.
struct Capitals {
    unsigned first, last, distance;
};
constexpr std::array<Capitals, 22> capitals{
    {{'A', 'Z', 0x20},     {0xC0, 0xD6, 0x20},   {0xD8, 0xDE, 0x20},   {0x100, 0x12F, 1},    {0x132, 0x137, 1},
     {0x139, 0x148, 1},    {0x14A, 0x177, 1},    {0x179, 0x17E, 1},    {0x386, 0x386, 0x26}, {0x388, 0x38A, 0x25},
     {0x38C, 0x38C, 0x40}, {0x38E, 0x38F, 0x3F}, {0x391, 0x3A1, 0x20}, {0x3A3, 0x3AB, 0x20}, {0x400, 0x40F, 0x50},
     {0x410, 0x42F, 0x20}, {0x460, 0x481, 1},    {0x48A, 0x4BF, 1},    {0x4C1, 0x4CE, 1},    {0x4D0, 0x52F, 1},
     {0x531, 0x556, 0x30}, {0x1CD, 0x1DC, 1}}};

unsigned lower(unsigned c) {
    for (const auto& range : capitals) {
        if (c < range.first || c > range.last) continue;
        return range.distance > 1 || (c - range.first) % 2 == 0 ? c + range.distance : c;
    }
    return c;
}

unsigned upper(unsigned c) {
    for (const auto& range : capitals) {
        if (range.distance > 1 && c >= range.first + range.distance && c <= range.last + range.distance)
            return c - range.distance;
        if (range.distance == 1 && c >= range.first && c <= range.last) return (c - range.first) % 2 == 1 ? c - 1 : c;
    }
    return c;
}

template <class Fold>
std::string_view folded(std::string_view text, TextArena& arena, Fold fold) {
    ArenaText out{arena};
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        if (byte < 0x80) {
            out.add(static_cast<char>(fold(byte)));
        } else if (byte >= 0xC2 && byte <= 0xDF && i + 1 < text.size()) {
            const auto c = fold((byte & 0x1FU) << 6U | (static_cast<unsigned char>(text[++i]) & 0x3FU));
            out.add(static_cast<char>(0xC0U | c >> 6U));
            out.add(static_cast<char>(0x80U | (c & 0x3FU)));
        } else {
            out.add(text[i]);
        }
    }
    return out.view();
}

}  // namespace

std::string_view trim_space(std::string_view text) {
    constexpr std::string_view space{" \t\r\n\v\f\0", 7};
    const auto first = text.find_first_not_of(space);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(space) - first + 1);
}

std::string_view to_lower(std::string_view text, TextArena& arena) { return folded(text, arena, lower); }
std::string_view to_upper(std::string_view text, TextArena& arena) { return folded(text, arena, upper); }

OrderIds::OrderIds(const OrderSettings& settings) : settings_{settings} {
    if (settings.pattern.empty()) return;
    pattern_ = std::make_unique<re2::RE2>(settings.pattern, re2::RE2::Quiet);
    if (!pattern_->ok() || pattern_->NumberOfCapturingGroups() < 1) pattern_.reset();
}

OrderIds::~OrderIds() = default;
OrderIds::OrderIds(OrderIds&&) noexcept = default;
OrderIds& OrderIds::operator=(OrderIds&&) noexcept = default;

std::string_view OrderIds::normalise(std::string_view id, TextArena& arena) const {
    id = trim_space(id);
    if (settings_.strip_leading_zeros)
        while (id.size() > 1 && id.front() == '0') id.remove_prefix(1);
    if (settings_.letter_case == OrderSettings::Case::lower) id = to_lower(id, arena);
    if (settings_.letter_case == OrderSettings::Case::upper) id = to_upper(id, arena);
    if (pattern_) {
        re2::StringPiece capture;
        if (re2::RE2::PartialMatch({id.data(), id.size()}, *pattern_, &capture)) {
            const auto found = trim_space({capture.data(), capture.size()});
            if (!found.empty()) id = found;
        }
    }
    return id;
}

}  // namespace ordertrace
