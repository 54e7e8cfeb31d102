#include "intake/json_reader.h"

#include <functional>
#include <optional>

#include <boost/json/basic_parser_impl.hpp>

#include "base/text.h"

namespace ordertrace {
namespace {

namespace json = boost::json;
using error_code = json::error_code;

// Cuts the nested values out of the text: the parser says that one begins, but not where.
class NestedTexts {
public:
    explicit NestedTexts(std::string_view text) : text_{text} {}

    // The next `{` or `[` outside of strings, up to its partner. Called once for each the parser meets outside of one
    // returned before, so each character is passed once.
    std::string_view take() {
        while (at_ < text_.size() && !opens(text_[at_])) pass();
        const auto begin = at_;
        std::size_t depth = 0;
        do {
            if (opens(text_[at_])) ++depth;
            if (text_[at_] == '}' || text_[at_] == ']') --depth;
            pass();
        } while (depth > 0 && at_ < text_.size());
        return text_.substr(begin, at_ - begin);
    }
    // Goes into the next `{` instead.
    void enter() {
        while (at_ < text_.size() && !opens(text_[at_])) pass();
        pass();
    }

private:
    static bool opens(char c) { return c == '{' || c == '['; }
    // One character, or a whole string.
    void pass() {
        if (text_[at_] != '"') {
            ++at_;
            return;
        }
        for (++at_; at_ < text_.size() && text_[at_] != '"'; ++at_)
            if (text_[at_] == '\\') ++at_;
        ++at_;
    }

    std::string_view text_;
    std::size_t at_ = 0;
};

struct JsonValue {
    enum class Type { null, text, integer, real, boolean, nested };
    Type type = Type::null;
    std::string_view text;
};

// What the SAX parser reports, as members of the event (level 1) and attributes under `a` (level 2).
class EventHandler {
public:
    static constexpr std::size_t max_array_size = static_cast<std::size_t>(-1);
    static constexpr std::size_t max_object_size = static_cast<std::size_t>(-1);
    static constexpr std::size_t max_string_size = static_cast<std::size_t>(-1);
    static constexpr std::size_t max_key_size = static_cast<std::size_t>(-1);

    EventHandler(std::string_view text, RawEvent& event, TextArena& arena)
        : text_{text}, nested_{text}, event_{event}, arena_{arena} {}

    bool other_version() const { return other_version_; }

    bool on_document_begin(error_code&) { return true; }
    bool on_document_end(error_code&) { return true; }
    bool on_object_begin(error_code&) {
        const bool attributes = depth_ == 1 && !attributes_seen_ && equals_ignore_case(key_, "a");
        if (depth_ == 0 || attributes) {
            nested_.enter();
            in_attributes_ = in_attributes_ || attributes;
            attributes_seen_ = attributes_seen_ || attributes;
            ++depth_;
        } else {
            begin_nested();
        }
        return true;
    }
    bool on_object_end(std::size_t, error_code&) {
        end_container();
        return true;
    }
    bool on_array_begin(error_code&) {
        begin_nested();
        return true;
    }
    bool on_array_end(std::size_t, error_code&) {
        end_container();
        return true;
    }
    bool on_key_part(json::string_view part, std::size_t, error_code&) { return add_part(part); }
    bool on_key(json::string_view part, std::size_t, error_code&) {
        const auto key = take_string(part);
        if (!inside_nested()) key_ = key;
        return true;
    }
    bool on_string_part(json::string_view part, std::size_t, error_code&) { return add_part(part); }
    bool on_string(json::string_view part, std::size_t, error_code&) {
        return member({JsonValue::Type::text, take_string(part)});
    }
    bool on_number_part(json::string_view, error_code&) { return true; }  // only for input in pieces
    bool on_int64(std::int64_t, json::string_view text, error_code&) { return number(text); }
    bool on_uint64(std::uint64_t, json::string_view text, error_code&) { return number(text); }
    bool on_double(double, json::string_view text, error_code&) { return number(text); }
    bool on_bool(bool value, error_code&) { return member({JsonValue::Type::boolean, value ? "true" : "false"}); }
    bool on_null(error_code&) { return member({JsonValue::Type::null, {}}); }
    bool on_comment_part(json::string_view, error_code&) { return true; }
    bool on_comment(json::string_view, error_code&) { return true; }

private:
    bool inside_nested() const { return nested_depth_ > 0; }
    void begin_nested() {
        if (!inside_nested()) nested_text_ = nested_.take();
        ++nested_depth_;
    }
    void end_container() {
        if (inside_nested()) {
            if (--nested_depth_ == 0) member({JsonValue::Type::nested, nested_text_});
        } else {
            --depth_;
            in_attributes_ = false;
        }
    }
    bool add_part(json::string_view part) {
        if (!string_) string_.emplace(arena_);
        string_->add({part.data(), part.size()});
        return true;
    }
    // The text itself where it has no escapes; else a copy, for the parser's buffer does not last.
    std::string_view take_string(json::string_view last) {
        const std::less_equal<> not_after;
        const bool in_text =
            not_after(text_.data(), last.data()) && not_after(last.data(), text_.data() + text_.size());
        if (!string_ && in_text) return {last.data(), last.size()};
        add_part(last);
        const auto whole = string_->view();
        string_.reset();
        return whole;
    }
    bool number(json::string_view text) {
        const std::string_view digits{text.data(), text.size()};
        const bool whole = digits.find_first_of(".eE") == std::string_view::npos;
        return member({whole ? JsonValue::Type::integer : JsonValue::Type::real, digits});
    }

    bool member(const JsonValue& value) {
        if (inside_nested()) return true;
        ++place_;
        if (in_attributes_)
            attribute(value);
        else if (!structural(value))
            plain(value);
        return true;
    }
    // v, ev, order, note and an `a` that is no object; the first of each counts.
    bool structural(const JsonValue& value);
    void attribute(const JsonValue& value);
    void plain(const JsonValue& value);
    // A text where one is wanted; what is none stays visible.
    std::string_view scalar(const JsonValue& value) {
        if (value.type != JsonValue::Type::nested) return unless_absent(value.text);
        event_.add_rest({place_, key_, value.text});
        return {};
    }
    bool first_time(bool& seen) {
        const bool first = !seen;
        seen = true;
        return first;
    }

    std::string_view text_;
    NestedTexts nested_;
    RawEvent& event_;
    TextArena& arena_;
    std::optional<ArenaText> string_;
    std::string_view key_;
    std::string_view nested_text_;
    std::uint32_t place_ = 0;
    std::size_t depth_ = 0;
    std::size_t nested_depth_ = 0;
    bool in_attributes_ = false;
    bool attributes_seen_ = false;
    bool version_seen_ = false;
    bool other_version_ = false;
    bool verb_seen_ = false;
    bool order_seen_ = false;
    bool note_seen_ = false;
};

bool EventHandler::structural(const JsonValue& value) {
    if (equals_ignore_case(key_, "v")) {
        if (first_time(version_seen_)) other_version_ = value.type != JsonValue::Type::null && value.text != "1";
    } else if (equals_ignore_case(key_, "ev")) {
        if (first_time(verb_seen_)) event_.verb = value.text;
    } else if (equals_ignore_case(key_, "order")) {
        if (first_time(order_seen_) && value.type != JsonValue::Type::nested) event_.order = value.text;
    } else if (equals_ignore_case(key_, "note")) {
        if (first_time(note_seen_)) event_.note = scalar(value);
    } else if (equals_ignore_case(key_, "a")) {
        if (first_time(attributes_seen_) && !value.text.empty()) event_.add_rest({place_, key_, value.text});
    } else {
        return false;
    }
    return true;
}

void EventHandler::attribute(const JsonValue& value) {
    using Type = RawExtra::Type;
    RawExtra extra{.name = key_, .written = key_, .value = {value.text, place_}};
    if (value.type == JsonValue::Type::integer) extra.type = Type::integer;
    if (value.type == JsonValue::Type::real) extra.type = Type::real;
    if (value.type == JsonValue::Type::boolean) extra.type = Type::boolean;
    if (is_name(key_))
        event_.give(extra);
    else if (!value.text.empty())
        event_.add_rest({place_, key_, value.text});
}

void EventHandler::plain(const JsonValue& value) {
    if (const auto key = find_key(key_)) {
        if (!event_.given.has(*key)) event_.give(*key, {scalar(value), place_});
    } else if (is_name(key_)) {
        event_.give({RawExtra::Type::plain_key, key_, key_, {unless_absent(value.text), place_}});
    } else if (!value.text.empty()) {
        event_.add_rest({place_, key_, value.text});
    }
}

}  // namespace

tl::expected<void, LineProblem> read_json(std::string_view text, RawEvent& event, TextArena& arena) {
    const auto problem = [](RejectReason reason, std::size_t at) {
        return tl::unexpected<LineProblem>(LineProblem{reason, at});
    };
    if (!text.starts_with('{')) return problem(RejectReason::json, 0);
    json::parse_options options;
    options.allow_invalid_utf8 = true;  // bytes of another charset; what they mean is decided later
    json::basic_parser<EventHandler> parser{options, text, event, arena};
    error_code why;
    const auto read = parser.write_some(false, text.data(), text.size(), why);
    if (why || read != text.size()) return problem(RejectReason::json, read);
    if (parser.handler().other_version()) return problem(RejectReason::version, 0);
    return {};
}

}  // namespace ordertrace
