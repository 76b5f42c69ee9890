using Recurve.Generator.IR;

namespace Recurve.Generator.Emit.Device;

/// <summary>What a local of a device body may not be called: words of C, C++, OpenCL C and CUDA, and what the prelude and the op table name.</summary>
internal static class Words
{
    public static IReadOnlyList<string> Reserved { get; } =
    [
        .. ("alignas alignof and and_eq asm auto bitand bitor bool break case catch char class compl complex concept const const_cast constexpr "
            + "consteval constinit continue co_await co_return co_yield decltype default delete do double dynamic_cast else enum explicit export "
            + "extern false float for friend global goto half if image1d_t image2d_t image3d_t imaginary inline int kernel local long mutable "
            + "namespace new noexcept not not_eq nullptr operator or or_eq pipe private protected ptrdiff_t public quad register reinterpret_cast "
            + "requires restrict return sampler_t short signed sizeof size_t static static_assert static_cast struct switch template this "
            + "thread_local throw true try typedef typeid typename uchar uint ulong union unsigned ushort using virtual void volatile wchar_t "
            + "while xor xor_eq constant event_t intptr_t uintptr_t real extended LARGEST generic main index word rows INFINITY NAN KERNEL FUNCTION GLOBAL LOCAL "
            + "CONSTANT BARRIER ITEM GROUP GROUPS LANE LANES GROUP_Y GROUPS_Y LANE_Y SHARED ADDRESS REALS EXTENDED INTS INDICES BITS_OF REAL_OF half_word "
            + "CHAIN_KERNEL GROUP_KERNEL GROUP_MEMORY GROUP_REALS MEMORY_BARRIER MOST_AHEAD ON_PROCESSOR TEMPLATE UNROLL fma pow").Split(' '),
        .. OpTable.All.Select(row => row.C ?? "").Where(c => c.Contains('(')).Select(c => c.Substring(0, c.IndexOf('('))),
        .. from type in new[] { "char", "uchar", "short", "ushort", "int", "uint", "long", "ulong", "float", "double", "half" }
           from lanes in new[] { "2", "3", "4", "8", "16" }
           select type + lanes,
    ];
}
