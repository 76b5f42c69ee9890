namespace Recurve;

/// <summary>A dense row-major array of floats that remembers how it was computed.</summary>
public sealed partial class Tensor
{
}
