namespace Recurve;

/// <summary>A safetensors file is malformed, or is not of the model it is loaded into. Nothing was changed.</summary>
public sealed class SafetensorsException : FormatException
{
    /// <summary>Without words.</summary>
    public SafetensorsException()
    {
    }

    /// <summary>With the file or tensor, what was expected and what came.</summary>
    public SafetensorsException(string message) : base(message)
    {
    }

    /// <summary>With the cause.</summary>
    public SafetensorsException(string message, Exception inner) : base(message, inner)
    {
    }
}
