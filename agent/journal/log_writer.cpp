#include "journal/log_writer.h"

#include <fcntl.h>
#include <sys/mman.h>

#include <cerrno>

#include "journal/record.h"

namespace ordertrace {
namespace {

// A disk that takes a segment's header and not the next burst would make the log change sides every second.
constexpr std::size_t probe_bytes = 64U << 10U;

}  // namespace

LogWriter::~LogWriter() {
    for (std::size_t i = 1; i < unpublished_.size(); ++i) delete unpublished_[i];
}

Disk& LogWriter::disk_of_active() const { return active_->in_memory ? shared_.memory_disk : shared_.disk; }

void LogWriter::start(std::uint64_t first_id, std::uint64_t first_number, bool disk_is_ready) {
    next_id_ = first_id;
    Opened first = disk_is_ready ? open_on_disk(first_number, false) : Opened{};
    if (!first.segment) first = open_in_memory(first_number);
    shared_.memory_mode = first.segment->in_memory;
    active_ = first.segment.get();
    file_ = std::move(first.file);
    active_->size = active_->written;
    shared_.delivery.segments.push_back(std::move(first.segment));
    shared_.segments = shared_.delivery.segments.size();
    unpublished_ = {active_};
}

bool LogWriter::begin_segment(Opened& opened, Disk& disk, int fd) {
    const Segment& segment = *opened.segment;
    std::string bytes;
    const auto header = encode(SegmentHeader{segment.id, segment.first_number, salt_});
    bytes.append(header.data(), header.size()).append(processes_);
    const auto wrote = write_all(disk, fd, bytes, 0);
    if (!wrote) {
        if (!segment.in_memory) shared_.trouble.set(DiskTrouble::write, wrote.error());
        return false;
    }
    opened.segment->written = bytes.size();
    return true;
}

LogWriter::Opened LogWriter::open_on_disk(std::uint64_t first_number, bool probe) {
    const auto id = next_id_++;
    const auto path = shared_.path(segment_name(id));
    auto file = shared_.disk.open(path, O_RDWR | O_CREAT | O_EXCL);
    if (!file) {
        shared_.trouble.set(DiskTrouble::write, file.error());
        return {};
    }
    Opened opened{std::make_unique<Segment>(), std::move(*file)};
    opened.segment->id = id;
    opened.segment->first_number = first_number;
    opened.segment->salt = salt_;
    const int fd = opened.file.get();
    bool good = begin_segment(opened, shared_.disk, fd);
    if (good && probe) {
        auto probed = write_all(shared_.disk, fd, std::string(probe_bytes, '\0'), opened.segment->written);
        if (probed) probed = shared_.disk.truncate(fd, opened.segment->written);
        good = probed.has_value();
        if (!good) shared_.trouble.set(DiskTrouble::write, probed.error());
    }
    if (!good) {
        (void)shared_.disk.remove(path);  // an empty segment left behind says nothing wrong
        return {};
    }
    shared_.add_bytes(false, opened.segment->written);
    return opened;
}

// Always gives a segment; without a descriptor it takes nothing.
LogWriter::Opened LogWriter::open_in_memory(std::uint64_t first_number) {
    Opened opened{std::make_unique<Segment>(), {}};
    opened.segment->id = next_id_++;
    opened.segment->first_number = first_number;
    opened.segment->salt = salt_;
    opened.segment->in_memory = true;
    opened.segment->memory = UniqueFd{::memfd_create("journal", MFD_CLOEXEC)};
    if (begin_segment(opened, shared_.memory_disk, opened.segment->memory.get()))
        shared_.add_bytes(true, opened.segment->written);
    return opened;
}

void LogWriter::adopt(Opened opened) {
    active_ = opened.segment.release();
    file_ = std::move(opened.file);
    unpublished_.push_back(active_);
    shared_.memory_mode = active_->in_memory;
    roll_next_ = false;
}

void LogWriter::close_active() {
    std::string end;
    append_end(end, salt_);
    (void)append(end);  // without it the segment reads like one of a killed agent: nothing is lost
}

bool LogWriter::append(std::string_view bytes) {
    const int fd = active_->in_memory ? active_->memory.get() : file_.get();
    const auto wrote = write_all(disk_of_active(), fd, bytes, active_->written);
    if (wrote) {
        active_->written += bytes.size();
        shared_.add_bytes(active_->in_memory, bytes.size());
        return true;
    }
    if (!active_->in_memory) shared_.trouble.set(DiskTrouble::write, wrote.error());
    // What was written of it must not come back at the next start. Where even that fails, numbers tell: a span that was
    // delivered from memory meanwhile is passed over.
    (void)disk_of_active().truncate(fd, active_->written);
    return false;
}

bool LogWriter::has_room(const Piece& piece) const {
    const Space& space = active_->in_memory ? shared_.memory_space : shared_.disk_space;
    const std::uint64_t used = active_->in_memory ? shared_.memory_bytes : shared_.disk_bytes;
    const auto most = segment_header_bytes + processes_.size() + piece.bytes.size() + 2 * record_head_bytes;
    return used + most <= (piece.spans ? space.spans_up_to : space.all_up_to);
}

bool LogWriter::is_full(const Piece& piece) const {
    const Space& space = active_->in_memory ? shared_.memory_space : shared_.disk_space;
    if (active_->in_memory && !active_->memory) return true;  // there was no memory either: another try
    return roll_next_ || active_->written + piece.bytes.size() > space.segment;
}

bool LogWriter::roll(std::uint64_t first_number) {
    if (active_->in_memory) return false;
    auto next = open_on_disk(first_number, false);
    if (!next.segment) return false;
    close_active();
    adopt(std::move(next));
    return true;
}

bool LogWriter::write(const Piece& piece) {
    if (!active_->in_memory) {
        if (!has_room(piece)) return false;
        const bool rolled = !is_full(piece) || roll(piece.first_number);
        if (rolled && append(piece.bytes)) {
            active_->has_steps |= piece.steps;
            return true;
        }
        adopt(open_in_memory(piece.first_number));
    } else if (is_full(piece)) {
        if (!has_room(piece)) return false;
        adopt(open_in_memory(piece.first_number));
    }
    if (!has_room(piece) || !append(piece.bytes)) return false;
    active_->has_steps |= piece.steps;
    return true;
}

bool LogWriter::return_to_disk(std::uint64_t first_number) {
    auto back = open_on_disk(first_number, true);
    if (!back.segment) return false;
    adopt(std::move(back));
    shared_.trouble.clear();
    return true;
}

void LogWriter::publish() {
    for (std::size_t i = 0; i < unpublished_.size(); ++i) {
        Segment& segment = *unpublished_[i];
        segment.size.store(segment.written, std::memory_order_release);
        if (i + 1 == unpublished_.size()) break;
        Segment* const next = unpublished_[i + 1];
        segment.last_number = next->first_number - 1;
        next->size.store(next->written, std::memory_order_release);
        segment.next.store(next, std::memory_order_release);  // from here on it may be freed
    }
    unpublished_ = {active_};
}

void LogWriter::seal() {
    close_active();
    publish();
    if (!active_->in_memory) (void)shared_.disk.sync(file_.get());
}

}  // namespace ordertrace
