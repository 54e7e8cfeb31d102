#include "intake/event_reader.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/text.h"
#include "intake/json_reader.h"
#include "intake/line_reader.h"
#include "intake/line_words.h"

namespace ordertrace {
namespace {

constexpr std::string_view utf16le_mark = "\xFF\xFE";
constexpr std::string_view utf16le = "UTF-16LE";
constexpr std::string_view utf8 = "UTF-8";

bool has_no_care(std::string_view text) { return is_plain_ascii(text) && text.find('\\') == std::string_view::npos; }

// A note is cut later; more than this of it is not even converted.
constexpr std::size_t enough_note = 2 * max_note;

// Blank lines at both ends and blanks around the whole; the first line's indent goes with them.
std::string_view trim_lines(std::string_view text) {
    constexpr std::string_view around = " \t\n";
    const auto first = text.find_first_not_of(around);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(around) - first + 1);
}

bool begins_json(std::string_view text) { return text.starts_with('{') || text.starts_with('['); }

}  // namespace

struct EventReader::Input {
    std::string_view text;
    DatagramLines lines;
    TimePoint now;
    EventSink& sink;
    bool utf16;
    std::size_t counted = 0;   // lines up to here
    std::uint64_t number = 1;  // of the line there

    // The number of the line that begins at `begin`. Never goes back: the whole text is looked at once at most.
    std::uint64_t line_at(std::size_t begin) {
        if (begin > counted)
            number += static_cast<std::uint64_t>(std::count(text.data() + counted, text.data() + begin, '\n'));
        counted = std::max(counted, begin);
        return number;
    }
    void drop_continuation() {
        while (lines.next_continuation()) {}
    }
    // What follows a value on its line and is no padding.
    std::optional<std::size_t> behind_value(std::size_t end) const {
        const auto line = text.substr(end, text.find('\n', end) - end);
        if (is_padding(line)) return std::nullopt;
        return end + line.find_first_not_of(" \t");
    }
};

// A raw event read, and how its bytes are to be understood.
struct EventReader::Reading {
    EventSource source;
    const Charset* named = nullptr;  // by `cs` or the listener: holds for continuation lines too
};

EventReader::EventReader(const ListenerSettings& listener, const OrderSettings& order,
                         const AttributeSettings& attributes, std::string system, std::string name_space)
    : charset_{listener.charset},
      legacy_charset_{listener.legacy_charset},
      datagram_arena_{std::make_unique<TextArena>()},
      arena_{std::make_unique<TextArena>()},
      builder_{listener, std::move(system), std::move(name_space), listener.address.loopback, *arena_} {
    configure(order, attributes);
}

void EventReader::configure(const OrderSettings& order, const AttributeSettings& attributes) {
    builder_.configure(order, attributes);
}

void EventReader::read(std::string_view datagram, TimePoint now, EventSink& sink) {
    const bool utf16 = is_utf16(datagram);
    if (utf16) {
        datagram_arena_->clear();
        datagram = utf16le_to_utf8(datagram.substr(utf16le_mark.size()), *datagram_arena_);
    }
    Input input{datagram, DatagramLines{datagram}, now, sink, utf16};
    while (auto line = input.lines.next()) read_item(input, *line);
}

std::size_t EventReader::read_first(std::string_view text, TimePoint now, EventSink& sink) {
    Input input{text, DatagramLines{text}, now, sink, false};
    if (const auto line = input.lines.next()) read_item(input, *line);
    return input.lines.place();
}

bool EventReader::is_utf16(std::string_view datagram) { return datagram.starts_with(utf16le_mark); }

void EventReader::read_item(Input& input, DatagramLine line) {
    switch (line.kind) {
        case DatagramLine::Kind::blank: break;
        case DatagramLine::Kind::marker: read_line_event(input, line); break;
        case DatagramLine::Kind::json: read_json_line(input, line); break;
        case DatagramLine::Kind::plain: {
            // Nothing above that it could continue.
            const auto inner = line.text.find_first_not_of(" \t", line.event);
            if (begins_json(line.text.substr(inner))) {
                line.event = inner;
                read_json_line(input, line);
            } else {
                reject(input, RejectReason::marker, line.at + inner);
                input.drop_continuation();
            }
        }
    }
}

void EventReader::read_line_event(Input& input, const DatagramLine& line) {
    raw_.clear();
    arena_->clear();
    const auto at = line.at + line.event;
    const auto text = line.text.substr(line.event);
    if (const auto read = read_line(text, raw_, *arena_); !read) {
        reject(input, read.error().reason, at + read.error().offset);
        input.drop_continuation();
        return;
    }
    Reading reading;
    reading.source.plain = has_no_care(text);
    reading.source.truncated = line.truncated;
    choose_charset(input, reading, [&] { return texts_are_utf8(); });
    build(input, reading, at + raw_.order_at, true);
}

void EventReader::read_json_line(Input& input, const DatagramLine& line) {
    const auto at = line.at + line.event;
    JsonElements elements{input.text.substr(at)};
    if (elements.is_array())
        read_json_array(input, at, elements);
    else
        read_json_object(input, at, elements);
}

// What is no JSON costs its first line only: the next may be an event of its own.
void EventReader::read_json_object(Input& input, std::size_t at, JsonElements& elements) {
    const auto element = elements.next();
    const auto end = at + elements.place();
    const auto problem = element ? input.behind_value(end) : end;
    if (problem) {
        const bool unclosed = *problem == input.text.size();
        reject(input, RejectReason::json, unclosed ? std::min(end, input.text.find('\n', at)) : *problem);
    } else if (auto reading = read_json_element(input, *element, at)) {
        input.lines.skip_past(end - 1);
        build(input, *reading, at, true);
        return;
    } else if (reading.error() != RejectReason::json) {
        input.lines.skip_past(end - 1);
    }
    input.drop_continuation();
}

void EventReader::read_json_array(Input& input, std::size_t at, JsonElements& elements) {
    bool rejected = false;
    auto end = at + 1;  // behind what was read
    while (const auto element = elements.next()) {
        end = at + elements.place();
        const auto element_at = end - element->size();
        auto reading = read_json_element(input, *element, element_at);
        rejected = !reading || !build(input, *reading, element_at, false);
    }
    const auto place = at + elements.place();
    if (!elements.failed()) end = place;
    const auto problem = elements.failed() ? place : input.behind_value(place);
    if (problem) reject(input, RejectReason::json, *problem);
    input.lines.skip_past(end - 1);
    if (rejected || problem) input.drop_continuation();
}

// Bytes of another charset are converted before the text is read: what `\\u` says is in no charset.
tl::expected<EventReader::Reading, RejectReason> EventReader::read_json_element(Input& input, std::string_view element,
                                                                                std::size_t at) {
    raw_.clear();
    arena_->clear();
    auto read = read_json(element, raw_, *arena_);
    Reading reading;
    if (read) {
        reading.source.plain = has_no_care(element);
        choose_charset(input, reading, [&] { return is_valid_utf8(element); });
        if (const auto* charset = std::exchange(reading.source.charset, nullptr); charset && !is_plain_ascii(element)) {
            ArenaText converted{*arena_};
            charset->append(element, converted);
            raw_.clear();
            read = read_json(converted.view(), raw_, *arena_);
        }
    }
    if (read) return reading;
    reject(input, read.error().reason, at + std::min(read.error().offset, element.size()));
    return tl::unexpected(read.error().reason);
}

// False if it became a reject.
bool EventReader::build(Input& input, Reading& reading, std::size_t at, bool continued) {
    reading.source.note = continued ? whole_note(input, reading) : text_in(reading.source.charset, raw_.note);
    const auto cs = raw_.text(Key::cs);
    if (!cs.empty() && !input.utf16 && charsets_.find(cs) == nullptr) raw_.put_aside(Key::cs);
    const auto event = builder_.build(raw_, reading.source, input.now);
    if (event)
        input.sink.event(**event);
    else
        reject(input, event.error(), at);
    return event.has_value();
}

void EventReader::reject(Input& input, RejectReason reason, std::size_t at) {
    const auto text = input.text;
    while (at > 0 && (at == text.size() || text[at] == '\n') && is_padding(text.substr(at - 1, 1))) --at;
    const auto before = at == 0 ? std::string_view::npos : text.rfind('\n', at - 1);
    const auto begin = before == std::string_view::npos ? 0 : before + 1;
    auto line = text.substr(begin, text.find('\n', begin) - begin);
    while (!line.empty() && is_padding(line.substr(line.size() - 1))) line.remove_suffix(1);
    input.sink.reject({reason, line, std::min(at - begin, line.size()), input.line_at(begin)});
}

template <class IsUtf8>
void EventReader::choose_charset(const Input& input, Reading& reading, IsUtf8 is_utf8) {
    auto& source = reading.source;
    if (input.utf16) {
        source.charset_name = utf16le;
        if (!source.plain && !is_utf8()) source.charset = charsets_.find(utf8);
        return;
    }
    reading.named = named_charset();
    source.charset = reading.named;
    if (source.charset == nullptr && !source.plain && !is_utf8()) source.charset = legacy_charset();
    if (source.charset != nullptr && !source.charset->is_utf8()) source.charset_name = source.charset->name();
}

const Charset* EventReader::named_charset() {
    if (const auto name = raw_.text(Key::cs); !name.empty())
        if (const auto* charset = charsets_.find(name)) return charset;
    return charset_.empty() ? nullptr : charsets_.find(charset_);
}

const Charset* EventReader::legacy_charset() {
    const auto* charset = charsets_.find(legacy_charset_);
    return charset != nullptr ? charset : charsets_.find(utf8);
}

bool EventReader::texts_are_utf8() const {
    const auto valid = [](const auto& holder) { return is_valid_utf8(holder.text); };
    if (!is_valid_utf8(raw_.order) || !is_valid_utf8(raw_.note)) return false;
    for (auto keys = raw_.given; !keys.empty(); keys.remove_first())
        if (!valid(raw_.at(keys.first()))) return false;
    return std::all_of(raw_.extras.begin(), raw_.extras.end(),
                       [&](auto& extra) { return valid(extra.value) && is_valid_utf8(extra.written); }) &&
           std::all_of(raw_.rest.begin(), raw_.rest.end(), valid);
}

std::string_view EventReader::text_in(const Charset* charset, std::string_view text) {
    if (charset == nullptr || text.empty()) return text;
    ArenaText out{*arena_};
    charset->append(text, out);
    return out.view();
}

// Each line in its own charset: what follows must not change how the line above is read.
std::string_view EventReader::whole_note(Input& input, Reading& reading) {
    auto line = input.lines.next_continuation();
    if (!line) return trim_blanks(text_in(reading.source.charset, raw_.note));
    reading.source.plain = false;
    ArenaText out{*arena_};
    if (reading.source.charset != nullptr)
        reading.source.charset->append(raw_.note, out);
    else
        out.add(raw_.note);
    for (; line; line = input.lines.next_continuation()) {
        if (out.size() > enough_note) continue;
        if (out.size() > 0) out.add('\n');
        const auto* charset = reading.named;
        if (charset == nullptr && !is_valid_utf8(*line))
            charset = input.utf16 ? charsets_.find(utf8) : legacy_charset();
        if (charset == nullptr)
            out.add(*line);
        else
            charset->append(*line, out);
        if (charset != nullptr && !charset->is_utf8() && reading.source.charset_name.empty())
            reading.source.charset_name = charset->name();
    }
    return trim_lines(out.view());
}

}  // namespace ordertrace
