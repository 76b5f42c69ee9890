using Recurve.TestKit.Cuda;
using Xunit;

namespace Recurve.TestKit;

/// <summary>A theory that compiles CUDA C++ with NVRTC, for which no card is needed; without the library it is skipped, and says why.</summary>
public sealed class NvrtcTheoryAttribute : TheoryAttribute
{
    /// <summary>Looks for the library.</summary>
    public NvrtcTheoryAttribute() => Skip = CudaPresence.WhyNoNvrtc;
}
