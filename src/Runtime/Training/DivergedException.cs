namespace Recurve;

/// <summary>A training's loss or gradient is no longer a number. The model has the weights from before the step, and the last checkpoint is as it was.</summary>
public sealed class DivergedException : Exception
{
    /// <summary>Without words.</summary>
    public DivergedException()
    {
    }

    /// <summary>With where it happened and what to try.</summary>
    public DivergedException(string message) : base(message)
    {
    }

    /// <summary>With the cause.</summary>
    public DivergedException(string message, Exception inner) : base(message, inner)
    {
    }
}
