#include "settings/config_node.h"

#include <yaml-cpp/depthguard.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <map>
#include <optional>
#include <sstream>

#include "base/text.h"

namespace ordertrace {
namespace {

constexpr std::size_t most_text = 1U << 20U;
constexpr std::size_t most_nodes = 20'000;  // aliases multiply: a small file could unfold without end

// [::1]:4747 is no plain YAML: it would begin a list. Brackets of such an address travel through the parser as
// these two bytes, which a file cannot hold itself; columns stay what they were.
constexpr char open_bracket = '\x01';
constexpr char close_bracket = '\x02';

Place place_of(const YAML::Mark& mark) { return mark.is_null() ? Place{1, 1} : Place{mark.line + 1, mark.column + 1}; }

void hide_address_brackets(std::string& text) {
    for (auto open = text.find('['); open != std::string::npos; open = text.find('[', open + 1)) {
        const auto close = text.find_first_not_of("0123456789abcdefABCDEF:.", open + 1);
        if (close == std::string::npos || close + 2 >= text.size()) return;
        const auto colons = std::count(text.begin() + static_cast<std::ptrdiff_t>(open),
                                       text.begin() + static_cast<std::ptrdiff_t>(close), ':');
        const bool port = text[close + 1] == ':' && text[close + 2] >= '0' && text[close + 2] <= '9';
        if (text[close] != ']' || colons < 2 || !port) continue;
        text[open] = open_bracket;
        text[close] = close_bracket;
    }
}

std::string with_brackets(std::string text) {
    std::replace(text.begin(), text.end(), open_bracket, '[');
    std::replace(text.begin(), text.end(), close_bracket, ']');
    return text;
}

std::size_t size_of(const ConfigNode& node) {
    std::size_t size = 1;
    for (const auto& item : node.items) size += size_of(item);
    for (const auto& entry : node.entries) size += size_of(entry.value);
    return size;
}

class TreeBuilder : public YAML::EventHandler {
public:
    ConfigNode take() { return std::move(root_); }

    void OnDocumentStart(const YAML::Mark&) override {}
    void OnDocumentEnd() override {}
    void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
        add(ConfigNode::Kind::nothing, mark, anchor);
    }
    void OnScalar(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                  const std::string& value) override {
        add(ConfigNode::Kind::text, mark, anchor, with_brackets(value));
    }
    void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
        const auto known = anchors_.find(anchor);
        if (known == anchors_.end()) throw YAML::ParserException(mark, "an alias inside its own anchor");
        count(mark, size_of(known->second));
        place(ConfigNode{known->second}, mark);
    }
    void OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                         YAML::EmitterStyle::value) override {
        open(ConfigNode::Kind::list, mark, anchor);
    }
    void OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                    YAML::EmitterStyle::value) override {
        open(ConfigNode::Kind::map, mark, anchor);
    }
    void OnSequenceEnd() override { close(); }
    void OnMapEnd() override { close(); }

private:
    struct Frame {
        ConfigNode node;
        YAML::Mark mark;
        YAML::anchor_t anchor = 0;
        std::optional<ConfigEntry> pending;  // a key that waits for its value
    };

    void count(const YAML::Mark& mark, std::size_t more) {
        nodes_ += more;
        if (nodes_ > most_nodes) throw YAML::ParserException(mark, "more than 20000 values");
    }
    void open(ConfigNode::Kind kind, const YAML::Mark& mark, YAML::anchor_t anchor) {
        count(mark, 1);
        Frame& frame = frames_.emplace_back();
        frame.node.kind = kind;
        frame.node.place = place_of(mark);
        frame.mark = mark;
        frame.anchor = anchor;
    }
    void close() {
        Frame frame = std::move(frames_.back());
        frames_.pop_back();
        if (frame.anchor != 0) anchors_[frame.anchor] = frame.node;
        place(std::move(frame.node), frame.mark);
    }
    void add(ConfigNode::Kind kind, const YAML::Mark& mark, YAML::anchor_t anchor, std::string text = {}) {
        count(mark, 1);
        ConfigNode node;
        node.kind = kind;
        node.place = place_of(mark);
        node.text = std::move(text);
        if (anchor != 0) anchors_[anchor] = node;
        place(std::move(node), mark);
    }
    void place(ConfigNode node, const YAML::Mark& mark) {
        if (frames_.empty()) {
            root_ = std::move(node);
            return;
        }
        Frame& top = frames_.back();
        if (top.node.kind == ConfigNode::Kind::list) {
            top.node.items.push_back(std::move(node));
        } else if (!top.pending) {
            if (node.kind != ConfigNode::Kind::text) throw YAML::ParserException(mark, "a key must be a plain text");
            top.pending = ConfigEntry{.key = std::move(node.text), .place = node.place, .value = {}};
        } else {
            // yaml-cpp places a missing value at the next token, which may be lines below.
            if (node.kind == ConfigNode::Kind::nothing) node.place = top.pending->place;
            top.pending->value = std::move(node);
            top.node.entries.push_back(std::move(*top.pending));
            top.pending.reset();
        }
    }

    ConfigNode root_;
    std::vector<Frame> frames_;
    std::map<YAML::anchor_t, ConfigNode> anchors_;
    std::size_t nodes_ = 0;
};

SettingsProblem problem_at(Place place, std::string what, std::string hint = {}) {
    return {.file = {},
            .line = place.line,
            .column = place.column,
            .key = {},
            .what = std::move(what),
            .hint = std::move(hint)};
}

std::size_t valid_prefix(std::string_view row) {
    std::size_t good = 0;
    for (std::size_t length = 1; length <= 4; ++length) {
        if (good + length > row.size() || !is_valid_utf8(row.substr(good, length))) continue;
        good += length;
        length = 0;
    }
    return good;
}

// Place and kind of the first byte the parser must not see.
std::optional<SettingsProblem> judge_bytes(std::string_view text) {
    if (text.size() > most_text) return problem_at({1, 1}, "larger than 1 MiB");
    int line = 0;
    while (!text.empty()) {
        const auto row = text.substr(0, text.find('\n'));
        ++line;
        if (!is_valid_utf8(row))
            return problem_at({line, static_cast<int>(valid_prefix(row)) + 1}, "not UTF-8", "save the file as UTF-8");
        const auto control = std::find_if(row.begin(), row.end(), [](char c) {
            const auto byte = static_cast<unsigned char>(c);
            return (byte < 0x20 && c != '\t' && c != '\r') || byte == 0x7F;
        });
        if (control != row.end())
            return problem_at({line, static_cast<int>(control - row.begin()) + 1}, "a control character",
                              "the file must be text");
        text.remove_prefix(std::min(text.size(), row.size() + 1));
    }
    return std::nullopt;
}

// yaml-cpp speaks of maps and values where a tab is to blame.
std::optional<SettingsProblem> tab_in_indentation(std::string_view text) {
    for (int line = 1; !text.empty(); ++line) {
        const auto row = text.substr(0, text.find('\n'));
        const auto tab = row.find('\t');
        const auto first = row.find_first_not_of(" \t");
        if (first != std::string_view::npos && tab < first && row[first] != '#')
            return problem_at({line, static_cast<int>(tab) + 1}, "a tab in the indentation", "indent with blanks");
        text.remove_prefix(std::min(text.size(), row.size() + 1));
    }
    return std::nullopt;
}

}  // namespace

tl::expected<ConfigNode, SettingsProblem> parse_config(std::string_view text) {
    if (auto problem = judge_bytes(text)) return tl::unexpected(std::move(*problem));
    // With a line end after it yaml-cpp takes a quote that is never closed for closed.
    std::string copy{text.substr(0, text.find_last_not_of(" \t\r\n") + 1)};
    hide_address_brackets(copy);
    std::istringstream in{copy};
    try {
        YAML::Parser parser{in};
        TreeBuilder tree;
        parser.HandleNextDocument(tree);
        struct Refuse : TreeBuilder {
            void OnDocumentStart(const YAML::Mark& mark) override {
                throw YAML::ParserException(mark, "a second document begins");
            }
        } refuse;
        parser.HandleNextDocument(refuse);
        return tree.take();
    } catch (const YAML::DeepRecursion& error) {
        return tl::unexpected(problem_at(place_of(error.mark), "nested too deeply"));
    } catch (const YAML::Exception& error) {
        if (auto tab = tab_in_indentation(text)) return tl::unexpected(std::move(*tab));
        return tl::unexpected(problem_at(place_of(error.mark), "not readable as YAML: " + error.msg));
    }
}

}  // namespace ordertrace
