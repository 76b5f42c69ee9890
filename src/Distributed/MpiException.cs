namespace Recurve.Distributed;

/// <summary>MPI cannot be used, or a call of it failed; the message holds MPI's own text.</summary>
public sealed class MpiException : Exception
{
    /// <summary>Without words.</summary>
    public MpiException()
    {
    }

    /// <summary>With the reason.</summary>
    public MpiException(string message) : base(message)
    {
    }

    /// <summary>With the reason and what caused it.</summary>
    public MpiException(string message, Exception inner) : base(message, inner)
    {
    }

    /// <summary>A call that MPI answered with <paramref name="code"/>.</summary>
    internal MpiException(string call, int code, string text) : base($"{call} failed: {text} (MPI error {code}).") => Code = code;

    /// <summary>MPI's error code; 0 where no call was made.</summary>
    public int Code { get; }
}
