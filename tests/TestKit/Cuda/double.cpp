// A double of libcuda, libnvrtc and libcublas on the processor, with two devices: enough of each that the CUDA half of the runtime runs where there is no card. Text is compiled by the
// system's C++ compiler behind a shim of CUDA's words, and items run one after the other, those of a group as fibers that change at a barrier. Commands wait in the queue
// until somebody waits for them, new memory is poisoned, and what lies outside of an allocation is refused: to a copy by its status, to a kernel by a page that ends the process.
#include <dlfcn.h>
#include <sys/mman.h>
#include <ucontext.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <fstream>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <regex>
#include <sstream>
#include <string>
#include <vector>

#define EXPORT extern "C" __attribute__((visibility("default")))

enum { SUCCESS = 0, INVALID_VALUE = 1, OUT_OF_MEMORY = 2, INVALID_IMAGE = 200, INVALID_CONTEXT = 201, NOT_FOUND = 500, CAPTURE_UNSUPPORTED = 900, CAPTURE_INVALIDATED = 901, UPDATE_FAILURE = 910, ILLEGAL_ADDRESS = 700 };

namespace
{
    struct extent { unsigned x, y, z; };
    struct place { extent block, thread, blocks, threads; double* shared; };

    // as in the shim
    struct launcher
    {
        void (*run)(void** parameters);
        const unsigned long* sizes;
        int count;
    };

    const size_t device_bytes = size_t(8) << 30;
    std::recursive_mutex gate;
    // What is queued while a stream is captured; of each command, what it is.
    struct graph
    {
        std::vector<std::pair<void const*, std::function<void()>>> commands;
    };

    struct context
    {
        bool is_made;
        size_t allocated;
        // what the next wait gives, and after it every call until the context is reset
        int pending_failure, failure;
        graph* captured;
        bool is_capture_broken;
    };

    struct allocation
    {
        size_t bytes;
        context* of;
    };

    // Memory lies between pages that nobody may touch and ends at the one behind it, or up to 15 bytes before, which must stay as they are.
    const size_t page = 4096, alignment = 16;

    size_t rounded(size_t bytes, size_t to) { return (bytes + to - 1) / to * to; }

    char* allocate(size_t bytes)
    {
        const size_t used = rounded(bytes, page);
        char* const pages = (char*)mmap(nullptr, used + 2 * page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (pages == MAP_FAILED || mprotect(pages + page, used, PROT_READ | PROT_WRITE)) return nullptr;
        // NaN as a float, and no sensible number as an int
        memset(pages + page, 0xff, used);
        return pages + page + used - rounded(bytes, alignment);
    }

    // False: something was written behind it.
    bool release(uintptr_t address, size_t bytes)
    {
        bool is_whole = true;
        for (size_t i = bytes; i < rounded(bytes, alignment); i++) is_whole = is_whole && ((unsigned char*)address)[i] == 0xff;
        munmap((void*)(address / page * page - page), rounded(bytes, page) + 2 * page);
        return is_whole;
    }

    context contexts[2];
    thread_local context* current;
    std::map<uintptr_t, allocation> allocations;
    // of all contexts, one after the other
    std::deque<std::pair<context*, std::function<void()>>> queue;
    uint64_t queued, done;

    bool contains(uintptr_t address, size_t bytes)
    {
        auto after = allocations.upper_bound(address);
        if (after == allocations.begin()) return false;
        auto const& [start, found] = *std::prev(after);
        return found.of == current && address + bytes <= start + found.bytes;
    }

    int state()
    {
        return current && current->is_made ? current->failure : INVALID_CONTEXT;
    }

    uint64_t graph_launches, graph_updates;

    void push(std::function<void()> command, void const* kind = nullptr)
    {
        if (current->captured)
        {
            current->captured->commands.emplace_back(kind, std::move(command));
            return;
        }
        queue.emplace_back(current, std::move(command));
        queued++;
    }

    int drain(uint64_t until)
    {
        // nobody may wait for what is not queued yet
        if (current->captured) return current->is_capture_broken = true, CAPTURE_UNSUPPORTED;
        while (done < until)
        {
            queue.front().second();
            queue.pop_front();
            done++;
        }
        if (current->pending_failure) current->failure = current->pending_failure, current->pending_failure = 0;
        return current->failure;
    }

    // Items of a group take turns: one runs until a barrier or its end. A fiber whose item ended takes the next, so that without barriers there is one.
    struct fiber
    {
        ucontext_t context;
        std::vector<char> stack;
        int item = -1;
        bool is_waiting = false;
    };

    struct group_run
    {
        place here;
        std::vector<std::unique_ptr<fiber>> fibers;
        ucontext_t scheduler;
        fiber* running;
        int next, items;
        launcher const* kernel;
        void** parameters;
    };

    group_run run;

    void set_item(int item)
    {
        run.here.thread = { item % run.here.threads.x, item / run.here.threads.x, 0 };
    }

    void take_items()
    {
        for (;;)
        {
            while (run.next < run.items)
            {
                run.running->item = run.next++;
                set_item(run.running->item);
                run.kernel->run(run.parameters);
            }
            run.running->item = -1;
            swapcontext(&run.running->context, &run.scheduler);
        }
    }

    void barrier()
    {
        run.running->is_waiting = true;
        swapcontext(&run.running->context, &run.scheduler);
        set_item(run.running->item);
    }

    void resume(fiber& f)
    {
        run.running = &f;
        swapcontext(&run.scheduler, &f.context);
    }

    void run_group()
    {
        run.next = 0;
        for (size_t i = 0; run.next < run.items; i++)
        {
            if (i == run.fibers.size())
            {
                auto made = std::make_unique<fiber>();
                made->stack.resize(256 << 10);
                getcontext(&made->context);
                made->context.uc_stack.ss_sp = made->stack.data();
                made->context.uc_stack.ss_size = made->stack.size();
                makecontext(&made->context, take_items, 0);
                run.fibers.push_back(std::move(made));
            }
            resume(*run.fibers[i]);
        }
        for (bool is_any = true; is_any;)
        {
            is_any = false;
            for (auto& f : run.fibers)
            {
                if (!f->is_waiting) continue;
                f->is_waiting = false;
                is_any = true;
                resume(*f);
            }
        }
    }

    struct module
    {
        void* library;
    };

    std::string temporary(std::string const& text, char const* suffix)
    {
        auto path = std::string(getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp") + "/recurve-double-XXXXXX" + suffix;
        int file = mkstemps(path.data(), int(strlen(suffix)));
        if (write(file, text.data(), text.size()) != ssize_t(text.size())) abort();
        close(file);
        return path;
    }

    std::string contents(std::string const& path)
    {
        std::ifstream file(path, std::ios::binary);
        std::stringstream all;
        all << file.rdbuf();
        return all.str();
    }
}

// ---- driver

EXPORT int cuInit(unsigned) { return SUCCESS; }
EXPORT int cuDriverGetVersion(int* version) { return *version = 13000, SUCCESS; }
EXPORT int cuDeviceGetCount(int* count) { return *count = 2, SUCCESS; }
EXPORT int cuDeviceGet(int* device, int index) { return index == 0 || index == 1 ? (*device = index, SUCCESS) : 101; }
EXPORT int cuDeviceTotalMem_v2(size_t* bytes, int) { return *bytes = device_bytes, SUCCESS; }
EXPORT int cuDeviceGetAttribute(int* value, int attribute, int) { return *value = attribute == 75 ? 9 : attribute == 16 ? 4 : attribute == 81 ? 228 << 10 : attribute == 82 ? 1 << 16 : attribute == 97 ? 227 << 10 : 0, SUCCESS; }

EXPORT int cuDeviceGetName(char* name, int length, int)
{
    return snprintf(name, length, "double on the processor"), SUCCESS;
}

EXPORT int cuGetErrorName(int status, char const** name)
{
    static std::map<int, char const*> const names = {
        { INVALID_VALUE, "CUDA_ERROR_INVALID_VALUE" }, { OUT_OF_MEMORY, "CUDA_ERROR_OUT_OF_MEMORY" }, { INVALID_IMAGE, "CUDA_ERROR_INVALID_IMAGE" },
        { INVALID_CONTEXT, "CUDA_ERROR_INVALID_CONTEXT" }, { NOT_FOUND, "CUDA_ERROR_NOT_FOUND" }, { ILLEGAL_ADDRESS, "CUDA_ERROR_ILLEGAL_ADDRESS" } };
    auto found = names.find(status);
    return found == names.end() ? INVALID_VALUE : (*name = found->second, SUCCESS);
}

EXPORT int cuDevicePrimaryCtxRetain(context** retained, int device)
{
    std::lock_guard lock(gate);
    *retained = &contexts[device];
    contexts[device].is_made = true;
    return contexts[device].failure;
}

EXPORT int cuDevicePrimaryCtxReset_v2(int device)
{
    std::lock_guard lock(gate);
    // what the other context has queued is run
    for (; done < queued; done++)
    {
        auto& [of, command] = queue.front();
        if (of != &contexts[device]) command();
        queue.pop_front();
    }
    for (auto at = allocations.begin(); at != allocations.end();)
    {
        if (at->second.of == &contexts[device]) release(at->first, at->second.bytes), at = allocations.erase(at);
        else ++at;
    }
    contexts[device] = {};
    return SUCCESS;
}

EXPORT int cuCtxSetCurrent(context* entered)
{
    current = entered;
    return state();
}

EXPORT int cuMemAlloc_v2(void** address, size_t bytes)
{
    std::lock_guard lock(gate);
    if (state()) return state();
    if (bytes == 0) return INVALID_VALUE;
    if (bytes > device_bytes - current->allocated) return OUT_OF_MEMORY;
    *address = allocate(bytes);
    if (!*address) return OUT_OF_MEMORY;
    allocations[(uintptr_t)*address] = { bytes, current };
    current->allocated += bytes;
    return SUCCESS;
}

EXPORT int cuMemFree_v2(void* address)
{
    std::lock_guard lock(gate);
    if (state()) return state();
    auto found = allocations.find((uintptr_t)address);
    if (found == allocations.end() || found->second.of != current) return INVALID_VALUE;
    int status = drain(queued);
    current->allocated -= found->second.bytes;
    if (!release((uintptr_t)address, found->second.bytes)) current->failure = status = ILLEGAL_ADDRESS;
    allocations.erase(found);
    return status;
}

EXPORT int cuMemHostAlloc(void** memory, size_t bytes, unsigned)
{
    std::lock_guard lock(gate);
    if (state()) return state();
    *memory = aligned_alloc(4096, bytes);
    return *memory ? SUCCESS : OUT_OF_MEMORY;
}

EXPORT int cuMemFreeHost(void* memory)
{
    std::lock_guard lock(gate);
    if (state()) return state();
    int status = drain(queued);
    free(memory);
    return status;
}

static int push_copy(void* target, void const* source, size_t bytes, bool is_target_there, bool is_source_there)
{
    std::lock_guard lock(gate);
    if (state()) return state();
    if (is_target_there && !contains((uintptr_t)target, bytes) || is_source_there && !contains((uintptr_t)source, bytes)) return INVALID_VALUE;
    push([=] { memmove(target, source, bytes); });
    return SUCCESS;
}

EXPORT int cuMemcpyHtoDAsync_v2(void* target, void* source, size_t bytes, void*) { return push_copy(target, source, bytes, true, false); }
EXPORT int cuMemcpyDtoHAsync_v2(void* target, void* source, size_t bytes, void*) { return push_copy(target, source, bytes, false, true); }
EXPORT int cuMemcpyDtoDAsync_v2(void* target, void* source, size_t bytes, void*) { return push_copy(target, source, bytes, true, true); }

EXPORT int cuMemsetD8Async(void* target, unsigned char value, size_t bytes, void*)
{
    std::lock_guard lock(gate);
    if (state()) return state();
    if (!contains((uintptr_t)target, bytes)) return INVALID_VALUE;
    push([=] { memset(target, value, bytes); });
    return SUCCESS;
}

EXPORT int cuStreamCreate(void** stream, unsigned)
{
    static char only;
    *stream = &only;
    return state();
}

EXPORT int cuStreamSynchronize(void*)
{
    std::lock_guard lock(gate);
    return state() ? state() : drain(queued);
}

EXPORT int cuEventCreate(void** made, unsigned)
{
    *made = new uint64_t(0);
    return state();
}

EXPORT int cuEventRecord(uint64_t* recorded, void*)
{
    std::lock_guard lock(gate);
    *recorded = queued;
    return state();
}

EXPORT int cuEventSynchronize(uint64_t* recorded)
{
    std::lock_guard lock(gate);
    return state() ? state() : drain(*recorded);
}

// An image begins with its length.
EXPORT int cuModuleLoadData(module** loaded, char const* image)
{
    std::lock_guard lock(gate);
    if (state()) return state();
    uint64_t size;
    memcpy(&size, image, sizeof size);
    auto path = temporary(std::string(image + sizeof size, size), ".so");
    auto library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
    unlink(path.c_str());
    if (!library) return INVALID_IMAGE;
    ((void (*)(place*, void (*)()))dlsym(library, "bind_item"))(&run.here, barrier);
    *loaded = new module { library };
    return SUCCESS;
}

EXPORT int cuModuleGetFunction(launcher const** function, module* in, char const* name)
{
    *function = (launcher const*)dlsym(in->library, (std::string("launch_") + name).c_str());
    return *function ? SUCCESS : NOT_FOUND;
}

EXPORT int cuFuncGetParamInfo(launcher const* function, size_t parameter, size_t* offset, size_t* size)
{
    if (parameter >= size_t(function->count)) return INVALID_VALUE;
    *size = function->sizes[parameter];
    *offset = 0;
    return SUCCESS;
}

// Shared memory that a kernel's launch may ask for.
static std::map<launcher const*, unsigned> asked_for;
static unsigned const always_shared = 48 << 10;
static size_t const guard = 64;

static unsigned most_shared(launcher const* function)
{
    auto found = asked_for.find(function);
    return found == asked_for.end() ? always_shared : std::max(always_shared, found->second);
}

EXPORT int cuFuncSetAttribute(launcher const* function, int attribute, int value)
{
    std::lock_guard lock(gate);
    if (attribute == 8) asked_for[function] = unsigned(value);
    return state();
}

// No power of two, so that nothing counts on one.
EXPORT int cuOccupancyMaxPotentialBlockSize(int* groups, int* items, launcher const*, void*, size_t, int most)
{
    return *groups = 8, *items = std::min(most, 192), SUCCESS;
}

EXPORT int cuLaunchKernel(
    launcher const* function, unsigned grid_x, unsigned grid_y, unsigned grid_z, unsigned block_x, unsigned block_y, unsigned block_z, unsigned shared_bytes, void*, void** parameters, void**)
{
    std::lock_guard lock(gate);
    if (state()) return state();
    if (!grid_x || !grid_y || grid_z != 1 || !block_x || !block_y || block_z != 1 || block_x * block_y > 1024 || grid_y > 65535
        || shared_bytes > most_shared(function)) return INVALID_VALUE;
    // they are read at once, as the driver does
    std::vector<std::vector<char>> values;
    for (int i = 0; i < function->count; i++) values.emplace_back((char*)parameters[i], (char*)parameters[i] + function->sizes[i]);
    push([=]() mutable {
        std::vector<void*> pointers;
        for (auto& value : values) pointers.push_back(value.data());
        run.kernel = function;
        run.parameters = pointers.data();
        run.items = int(block_x * block_y);
        run.here.blocks = { grid_x, grid_y, 1 };
        run.here.threads = { block_x, block_y, 1 };
        std::vector<double> shared(shared_bytes / sizeof(double) + guard);
        run.here.shared = shared.data();
        for (unsigned y = 0; y < grid_y; y++)
        {
            for (unsigned x = 0; x < grid_x; x++)
            {
                // as new memory is, and what lies behind stays so
                memset(shared.data(), 0xff, shared.size() * sizeof(double));
                run.here.block = { x, y, 0 }, run_group();
                for (size_t i = shared_bytes; i < shared.size() * sizeof(double); i++)
                    if (((unsigned char*)shared.data())[i] != 0xff) fprintf(stderr, "a group wrote behind its shared memory\n"), abort();
            }
        }
    }, function);
    return SUCCESS;
}

EXPORT int cuStreamBeginCapture_v2(void*, int)
{
    std::lock_guard lock(gate);
    if (state()) return state();
    if (current->captured) return INVALID_VALUE;
    current->captured = new graph;
    current->is_capture_broken = false;
    return SUCCESS;
}

EXPORT int cuStreamEndCapture(void*, graph** ended)
{
    std::lock_guard lock(gate);
    *ended = current->captured;
    current->captured = nullptr;
    if (current->is_capture_broken) delete *ended, *ended = nullptr;
    return *ended ? SUCCESS : CAPTURE_INVALIDATED;
}

EXPORT int cuGraphInstantiateWithFlags(graph** executable, graph* from, unsigned long long) { return *executable = new graph(*from), state(); }
EXPORT int cuGraphDestroy(graph* destroyed) { return delete destroyed, SUCCESS; }
EXPORT int cuGraphExecDestroy(graph* destroyed) { return delete destroyed, SUCCESS; }

// Only what kernels are given may differ.
EXPORT int cuGraphExecUpdate(graph* executable, graph* from, void**, int* result)
{
    std::lock_guard lock(gate);
    bool is_same = executable->commands.size() == from->commands.size();
    for (size_t i = 0; is_same && i < from->commands.size(); i++) is_same = executable->commands[i].first == from->commands[i].first;
    if (!is_same) return *result = 1, UPDATE_FAILURE;
    graph_updates++;
    return *result = 0, *executable = *from, SUCCESS;
}

EXPORT int cuGraphLaunch(graph* executable, void*)
{
    std::lock_guard lock(gate);
    if (state()) return state();
    if (current->captured) return INVALID_VALUE;
    for (auto const& [kind, command] : executable->commands) push(command);
    graph_launches++;
    return SUCCESS;
}

// A test's: how often graphs were launched, and how often one took over another's arguments.
EXPORT void double_graphs(uint64_t* launches, uint64_t* updates) { *launches = graph_launches, *updates = graph_updates; }

// A test's: the next wait fails as if a kernel had.
EXPORT void double_fail(int device, int status)
{
    std::lock_guard lock(gate);
    contexts[device].pending_failure = status;
}

// ---- NVRTC

namespace
{
    struct program
    {
        std::string text, log, image;
    };

    char const* const shim = R"(
struct extent { unsigned x, y, z; };
struct place { extent block, thread, blocks, threads; double* shared; };
static place* item_place;
static void (*wait_for_group)();
extern "C" void bind_item(place* p, void (*w)()) { item_place = p, wait_for_group = w; }
#define blockIdx (item_place->block)
#define threadIdx (item_place->thread)
#define gridDim (item_place->blocks)
#define blockDim (item_place->threads)
#define __global__
#define __device__ static
#define __forceinline__ inline
#define __launch_bounds__(most, groups)
#define __shared__ static
#define __constant__ static
#define __syncthreads() wait_for_group()
// groups run one after the other, and items of a group between two barriers: nobody waits for who has not run
#define __threadfence()
#define __nanosleep(time) __builtin_trap()
static inline int atomicAdd(int* sum, int value) { int before = *sum; *sum += value; return before; }
static inline int atomicMin(int* least, int value) { int before = *least; if (value < before) *least = value; return before; }
static inline unsigned __float_as_uint(float x) { unsigned bits; __builtin_memcpy(&bits, &x, sizeof x); return bits; }
static inline float __uint_as_float(unsigned bits) { float x; __builtin_memcpy(&x, &bits, sizeof x); return x; }
static inline float __int_as_float(int bits) { float x; __builtin_memcpy(&x, &bits, sizeof x); return x; }
struct alignas(16) float4 { float x, y, z, w; };
struct alignas(8) ushort4 { unsigned short x, y, z, w; };
static inline float rsqrtf(float x) { return 1.0f / __builtin_sqrtf(x); }
extern "C" {
float fabsf(float), fmaf(float, float, float), expf(float), logf(float), sqrtf(float), log1pf(float), tanhf(float), erff(float), sinf(float), cosf(float), powf(float, float);
double fabs(double), fma(double, double, double), exp(double), log(double), sqrt(double), log1p(double), fmax(double, double), fmin(double, double);
}
#define isnan __builtin_isnan
#define isinf __builtin_isinf
)";

    char const* const launchers = R"(
struct launcher { void (*run)(void**); const unsigned long* sizes; int count; };
template<int...> struct places {};
template<auto F> struct launch;
template<typename... A, void (*F)(A...)> struct launch<F>
{
    static constexpr unsigned long sizes[sizeof...(A) + 1] = { sizeof(A)..., 0 };
    template<int... I> static void call(void** p, places<I...>) { F(*(A*)p[I]...); }
    static void run(void** p) { call(p, places<__integer_pack(sizeof...(A))...>()); }
};
#define LAUNCHER(NAME) extern "C" { extern const launcher launch_##NAME; const launcher launch_##NAME = { launch<NAME>::run, launch<NAME>::sizes, sizeof(launch<NAME>::sizes) / sizeof(unsigned long) - 1 }; }
)";

    int execute(std::string const& command, std::string& output)
    {
        auto pipe = popen((command + " 2>&1").c_str(), "r");
        char part[4096];
        for (size_t n; (n = fread(part, 1, sizeof part, pipe)) > 0;) output.append(part, n);
        return pclose(pipe);
    }

    // The text after the preprocessor, since kernels have names that macros make.
    int compile(program& p)
    {
        auto source = temporary(p.text, ".cpp");
        std::string expanded;
        int status = execute("g++ -E -P -w " + source, expanded);
        unlink(source.c_str());
        if (status) return p.log = expanded, 6;
        static std::regex const group_memory(R"re(extern __shared__ __align__\(16\) extended (\w+)\[\])re");
        expanded = std::regex_replace(expanded, group_memory, "extended* const $1 = item_place->shared");
        std::string text = shim + expanded + launchers;
        static std::regex const kernel(R"re(extern "C" __global__ (?:__launch_bounds__\(\d+, \d+\) )?void (\w+)\()re");
        for (std::sregex_iterator at(expanded.begin(), expanded.end(), kernel), end; at != end; ++at) text += "LAUNCHER(" + (*at)[1].str() + ")\n";
        source = temporary(text, ".cpp");
        auto library = source + ".so";
        // kernels of one name in several images are not one
        status = execute("g++ -std=c++17 -O1 -march=native -w -fno-strict-aliasing -fno-gnu-unique -Wl,-Bsymbolic -shared -fPIC -o " + library + " " + source, p.log);
        unlink(source.c_str());
        if (status) return 6;
        auto code = contents(library);
        unlink(library.c_str());
        uint64_t size = code.size();
        p.image.assign((char*)&size, sizeof size);
        p.image += code;
        return SUCCESS;
    }
}

EXPORT int nvrtcVersion(int* major, int* minor) { return *major = 13, *minor = 0, SUCCESS; }
EXPORT int nvrtcGetNumSupportedArchs(int* count) { return *count = 1, SUCCESS; }
EXPORT int nvrtcGetSupportedArchs(int* architectures) { return *architectures = 90, SUCCESS; }
EXPORT int nvrtcCreateProgram(program** p, char const* text, char const*, int, char const* const*, char const* const*) { return *p = new program { text, "", "" }, SUCCESS; }
EXPORT int nvrtcDestroyProgram(program** p) { return delete *p, *p = nullptr, SUCCESS; }
EXPORT int nvrtcCompileProgram(program* p, int, char const* const*) { return compile(*p); }
EXPORT int nvrtcGetProgramLogSize(program* p, size_t* size) { return *size = p->log.size() + 1, SUCCESS; }
EXPORT int nvrtcGetProgramLog(program* p, char* log) { return memcpy(log, p->log.c_str(), p->log.size() + 1), SUCCESS; }
EXPORT int nvrtcGetCUBINSize(program* p, size_t* size) { return *size = p->image.size(), SUCCESS; }
EXPORT int nvrtcGetCUBIN(program* p, char* image) { return memcpy(image, p->image.data(), p->image.size()), SUCCESS; }

// ---- cuBLAS: column by column, in single precision

EXPORT int cublasCreate_v2(void** handle)
{
    static char only;
    *handle = &only;
    return state();
}

EXPORT int cublasSetStream_v2(void*, void*) { return SUCCESS; }
EXPORT int cublasSetWorkspace_v2(void*, void* workspace, size_t bytes) { return contains((uintptr_t)workspace, bytes) ? SUCCESS : 7; }
EXPORT int cublasSetMathMode(void*, int mode) { return mode == 0 ? SUCCESS : 7; }

EXPORT int cublasSgemmStridedBatched(
    void*, int op_a, int op_b, int m, int n, int k, float const* alpha, float const* a, int lda, long long stride_a, float const* b, int ldb, long long stride_b,
    float const* beta, float* c, int ldc, long long stride_c, int batches)
{
    std::lock_guard lock(gate);
    if (state()) return 14;
    if (m < 0 || n < 0 || k < 0 || lda < (op_a ? k : m) || ldb < (op_b ? n : k) || ldc < m || lda < 1 || ldb < 1) return 7;
    push([=, alpha = *alpha, beta = *beta] {
        for (int batch = 0; batch < batches; batch++)
            for (int j = 0; j < n; j++)
                for (int i = 0; i < m; i++)
                {
                    auto from_a = a + batch * stride_a, from_b = b + batch * stride_b;
                    float sum = 0, *to = c + batch * stride_c + (long long)j * ldc + i;
                    for (int l = 0; l < k; l++)
                        sum += from_a[op_a ? (long long)i * lda + l : (long long)l * lda + i] * from_b[op_b ? (long long)l * ldb + j : (long long)j * ldb + l];
                    *to = alpha * sum + (beta == 0 ? 0 : beta * *to);
                }
    });
    return SUCCESS;
}

EXPORT int cublasSgemm_v2(
    void* handle, int op_a, int op_b, int m, int n, int k, float const* alpha, float const* a, int lda, float const* b, int ldb, float const* beta, float* c, int ldc)
{
    return cublasSgemmStridedBatched(handle, op_a, op_b, m, n, k, alpha, a, lda, 0, b, ldb, 0, beta, c, ldc, 0, 1);
}
